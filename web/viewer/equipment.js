/** What a first picture does without, made when its script has come: hands, marks, tools, and what proves the picture. */

import { PhotonClock } from '../picture/photon_clock.js';
import { StillCanvas } from '../picture/still_canvas.js';
import { MarksOnGlass } from '../ui/marks_on_glass.js';
import { ScrollBar } from '../ui/scroll_bar.js';
import { isInPlace } from '../ui/stage_in_place.js';
import { Hands } from './hands.js';
import { placeLabel } from './label_place.js';
import { Proofs } from './proofs.js';
import { RestWatch } from './rest_watch.js';
import { StillPipe } from './still_pipe.js';

/** @typedef {import('../ui/viewer.js').Viewer} Viewer */
/** @typedef {import('../seat/seat_keeper.js').SeatKeeper} SeatKeeper */
/** @typedef {import('./reading.js').Reading} Reading */
/** @typedef {{rest: Omit<import('./rest_watch.js').RestDesk, 'isInPlace'>, stills: import('./still_pipe.js').Desk}} ProvingDesk */
/** What takes stills, and what watches over the one that is proven. @typedef {{stills: StillPipe, watch: RestWatch}} Proving */

export class Equipment {
  clock = new PhotonClock();
  #viewer;
  #seat;
  #abilities;

  /**
   * @param {Viewer} viewer
   * @param {SeatKeeper} seat
   * @param {import('../picture/still_abilities.js').StillAbilities} abilities
   */
  constructor(viewer, seat, abilities) {
    this.#viewer = viewer;
    this.#seat = seat;
    this.#abilities = abilities;
    viewer.equip();
    viewer.stage.equip((goToImage) => ({ marks: new MarksOnGlass(), scrollBar: new ScrollBar(goToImage), placeLabel }));
  }

  /** @param {ConstructorParameters<typeof Proofs>[4]} reading */
  makeProofs(reading) {
    return new Proofs(this.#viewer, this.#seat, this.#abilities, this.clock, reading);
  }

  /**
   * @param {import('./viewing.js').Viewing} viewing
   * @param {Proofs} proofs
   * @param {() => void} refresh
   */
  makeHands(viewing, proofs, refresh) {
    return new Hands(this.#viewer, this.#seat, viewing, proofs, refresh);
  }

  /** @param {import('../picture/painter.js').Painter} painter */
  makeStillCanvas(painter) {
    return new StillCanvas(painter);
  }

  /** @param {ProvingDesk} desk @returns {Proving} */
  makeProving({ rest, stills }) {
    const { stage } = this.#viewer;
    return { stills: new StillPipe(stills), watch: new RestWatch(stage.canvas, { ...rest, isInPlace: () => isInPlace(stage) }) };
  }

  /**
   * What was said of the study before the tools were there.
   * @param {Reading} reading
   * @param {Hands} hands
   */
  tellMissed({ opened, marks, progress, thumbnails }, hands) {
    const { strip } = this.#viewer;
    if (!opened) return;
    strip.list(opened.series);
    for (const each of progress.values()) strip.progress(each);
    for (const [series, png] of thumbnails) void strip.picture(series, png);
    // Whatever the host knows of an earlier hand: this one has done nothing yet.
    hands.opened(false);
    if (marks) hands.marked();
  }
}
