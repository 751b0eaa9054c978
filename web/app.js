/** The page of the reader: worklist and viewer are two views of one document, so that the seat survives the way between them. */

import { comeAgain } from './boot/come_again.js';
import { request } from './signaling/http.js';
import { text } from './text/en.js';
import { own } from './ui/element.js';
import { SignInAgain } from './ui/sign_in_again.js';
import { Viewing } from './viewer/viewing.js';
import { WakeLock } from './viewer/wake_lock.js';
import { whatIsMissing } from './webrtc/missing.js';
import { Coming } from './worklist/coming.js';
import { studyOf } from './worklist/study_address.js';
import { StudyHistory } from './worklist/study_history.js';

/** @typedef {import('./protocol/records.js').StudyReference} StudyReference */
/** @typedef {import('./seat/seat_keeper.js').SeatKeeper} SeatKeeper */
/** @typedef {import('./ui/viewer.js').Viewer} Viewer */
/** @typedef {import('./ui/worklist.js').Worklist} Worklist */

// The server finds what is loaded later at the beginning of a line.
const loads = () =>
  import('./lists.js');
const loadsTools = () =>
  import('./tools.js');
const loadsStreams = () =>
  import('./streams.js');

/** Where no picture comes the tools come all the same, ms: on the thinnest links a first picture takes less. */
const TOOLS_MS = 8_000;

export class App {
  /** Where the worklist is shown; nothing of it but its place is there before its script. */
  #worklist;
  /** @type {Coming<Worklist>} */
  #list;
  #viewer;
  /** @type {Viewing} */
  #viewing;
  #seat;
  #askedAhead;
  /** What the seat and the server say. @type {import('./seat/seat_keeper.js').KeeperEvents & import('./seat/seat.js').HostEvents} */
  #events;
  #wakeLock = new WakeLock();
  #build = '';
  #history = new StudyHistory(history);
  #signIn = /** @type {SignInAgain} */ (own(document.createElement('fv-sign-in-again')));
  /** Whether stills are to come as images only. */
  #onlyImages = takeOption('still') === 'image';
  /** The tools are there, or on their way. */
  #hasTools = false;
  /** Parts of the page that did not come. @type {Set<string>} */
  #lacking = new Set();
  /** The study beside the one shown is being looked for. */
  #stepping = false;

  /**
   * @param {HTMLElement} worklist
   * @param {Viewer} viewer
   * @param {SeatKeeper} seat that the boot module has asked for
   * @param {() => import('./boot.js').Ahead | null} askedAhead what it has asked the host to open
   */
  constructor(worklist, viewer, seat, askedAhead) {
    this.#worklist = worklist;
    this.#list = new Coming(async () => {
      await loads().catch((cause) => {
        throw new Error(text.server.pageIncomplete, { cause });
      });
      // Its class is defined now, so that the element is one.
      return /** @type {Worklist} */ (worklist);
    });
    this.#viewer = viewer;
    this.#seat = seat;
    this.#askedAhead = askedAhead;
    this.#events = {
      phase: (phase) => {
        this.#viewing.phase(phase);
        if (phase === 'failed') void this.#comeTools();
        this.#list.tell('phase', (list) => list.bar.seat(phase, ''));
        if (phase === 'live') this.#list.tell('host', (list) => list.hostCame());
      },
      server: (message) => this.#server(message),
      ready: () => this.#viewing.ready(),
      control: (message) => {
        this.#viewing.control(message);
        // Where a study has no picture, its words are what the tools yield to.
        if (message.type === 'open.failed') void this.#comeTools();
      },
      frames: (packet) => this.#viewing.frames(packet),
      beat: (beat) => this.#viewing.beat(beat),
      track: (track) => this.#viewing.track(track),
      stillTrack: (track) => this.#viewing.stillTrack(track),
      stillChunk: (data) => this.#viewing.stillChunk(data),
      stream: (pictures) => this.#viewing.stream(pictures),
      blocked: () => void this.#comeStreams(),
      trouble: (sentence, lines) => this.#trouble(sentence, lines),
      shown: () => this.#viewing.glass.shown,
      first: () => this.#viewing.first(),
      archive: () => this.#viewing.reading.reference?.archive ?? '',
    };
    this.#viewing = new Viewing(viewer, this.#seat);
    this.#list.tell('answers', (list) => {
      list.onOpen = (row) => this.#open({ study: row.study, archive: row.archive, row });
      list.bar.onSignOut = () => void this.#signOut();
    });
    viewer.onBack = () => this.#back();
    viewer.onStep = (steps) => void this.#step(steps);
    // Tools and lists yield to the picture.
    this.#viewing.onPictured = () => void this.#comeTools().then(() => this.#wakeList());
    window.addEventListener('popstate', () => void this.#route());
    this.#signIn.onSignedIn = () => this.#signedIn();
    document.body.append(this.#signIn);
  }

  /** @param {import('./boot/event_relay.js').EventRelay} relay what was said before, and from now on */
  start(relay) {
    void this.#route();
    window.setTimeout(() => void this.#comeTools(), TOOLS_MS);
    this.#viewing.askedAhead(this.#askedAhead());
    relay.handOver(this.#events);
    const missing = whatIsMissing();
    if (missing) {
      this.#seat.refuse(missing);
      this.#list.tell('browser', (list) => list.bar.browser(missing));
    } else if (relay.overrun) this.#seat.retry();
  }

  /** @param {StudyReference} reference */
  #open(reference) {
    this.#history.open(reference);
    this.#viewer.stage.tap.start();
    this.#showViewer(reference);
  }

  /** @param {StudyReference} reference */
  #showViewer(reference) {
    this.#worklist.hidden = true;
    this.#viewer.hidden = false;
    this.#wakeLock.hold();
    this.#viewing.choose(reference);
  }

  #back() {
    if (this.#history.back()) void this.#route();
  }

  /** Another study of the worklist, as it is sorted and filtered there. @param {1 | -1} steps */
  async #step(steps) {
    const shown = studyOf(location);
    if (!shown || this.#stepping) return;
    const { messages } = this.#viewer;
    this.#stepping = true;
    try {
      const list = this.#list.here;
      const found = list ? list.rowBeside(shown, steps) : this.#list.come().then((come) => come.rowBeside(shown, steps));
      // What is loaded is shown in this task: nothing of the study before stays behind a key that was pressed.
      const row = found instanceof Promise ? await found : found;
      // While the list was asked for more, the reader may have gone elsewhere.
      if (studyOf(location)?.study !== shown.study) return;
      if (row === 'unlisted') messages.say('info', text.worklist.notListed);
      else if (row === 'end') messages.say('info', steps > 0 ? text.worklist.noNext : text.worklist.noPrevious);
      else {
        this.#history.step({ study: row.study, archive: row.archive, row });
        this.#showViewer({ study: row.study, archive: row.archive, row });
      }
    } catch (error) {
      messages.say('warning', `${text.worklist.noMore} ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      this.#stepping = false;
    }
  }

  /** What the address says is what is shown. */
  async #route() {
    const reference = studyOf(location);
    if (!reference) {
      const read = this.#viewing.reading.reference;
      if (!this.#viewer.hidden) this.#viewing.choose(null);
      this.#viewer.hidden = true;
      this.#worklist.hidden = false;
      if (read) this.#list.tell('read', (list) => list.reads(read));
      this.#wakeLock.release();
      void this.#wakeList().then(() => this.#comeTools());
      return;
    }
    if (!reference.archive) reference.archive = await this.#archiveOf(reference.study);
    if (studyOf(location)?.study === reference.study) {
      this.#showViewer({ ...reference, row: this.#list.here?.row(reference.study) ?? null });
    }
  }

  /** An address without an archive: the one that lists the study, or the first there is. @param {string} study */
  async #archiveOf(study) {
    this.#viewing.choose(null);
    this.#worklist.hidden = true;
    this.#viewer.hidden = false;
    const list = await this.#listCome();
    if (!list) return '';
    await list.refresh();
    return list.row(study)?.archive ?? list.archives[0] ?? '';
  }

  /** What a first picture does without: hands, tools, proofs. Until they are there nothing can be done to the picture, and nothing of it is proven. */
  async #comeTools() {
    if (this.#hasTools) return;
    this.#hasTools = true;
    try {
      await loadsTools();
      this.#has('tools');
      void this.#comeStreams();
    } catch (error) {
      this.#hasTools = false;
      console.error('The tools did not come.', error);
      this.#lacks('tools');
    }
  }

  /** How pictures come over a WebSocket: at once where they come in no other way, else before they may have to. */
  async #comeStreams() {
    await loadsStreams().catch((error) => console.error('Pictures over WebSockets did not come.', error));
  }

  /**
   * Called by the tools' script when it is there.
   * @param {(viewer: Viewer, seat: SeatKeeper, onlyImages: boolean) => import('./viewer/equipment.js').Equipment} make
   */
  equip(make) {
    this.#viewing.equip(make(this.#viewer, this.#seat, this.#onlyImages));
  }

  /** A part of the page did not come. Beside a picture it is only said: a page that loads itself anew would take it away. @param {string} part */
  #lacks(part) {
    if (this.#viewer.hidden || !this.#viewing.reading.opened) comeAgain();
    else this.#viewer.messages.stand(text.server.pageIncomplete, '', undefined, 'parts');
    this.#lacking.add(part);
  }

  /** A part of the page has come. @param {string} part */
  #has(part) {
    if (this.#lacking.delete(part) && this.#lacking.size === 0) this.#viewer.messages.stand('', '', undefined, 'parts');
  }

  /** From now on the list is wanted. */
  async #wakeList() {
    const list = await this.#listCome();
    await list?.wake();
  }

  /** The list, or null where its script does not come: that is said where the reader is. */
  async #listCome() {
    try {
      const list = await this.#list.come();
      this.#has('list');
      return list;
    } catch (error) {
      console.error('The worklist did not come.', error);
      this.#lacks('list');
      return null;
    }
  }

  /** @param {import('./protocol/page.js').ToPage} message */
  #server(message) {
    switch (message.type) {
      case 'welcome':
        this.#list.tell('welcome', (list) => {
          list.bar.welcome(message);
          list.again();
        });
        // Held against what this page is of: a server that is put back is what the page knows.
        this.#build ||= message.build;
        this.#viewer.messages.stand(this.#build === message.build ? '' : text.server.newBuild, message.build, undefined, 'page');
        break;
      case 'worklist.changed':
        this.#list.tell('changed', (list) => list.changed(message));
        break;
      case 'signed-out':
        if (message.lapsed) this.#signIn.ask(message.message, true);
        else location.assign('./');
        break;
      case 'sign-in.ends':
        if (message.message) this.#signIn.ask(message.message);
        else this.#signIn.close();
        break;
      case 'error':
        this.#viewer.messages.say('error', message.message);
        break;
      default:
        break;
    }
  }

  /**
   * @param {string} sentence
   * @param {readonly string[]} [lines]
   */
  #trouble(sentence, lines = []) {
    this.#viewing.trouble(sentence, lines);
    const { phase } = this.#seat;
    this.#list.tell('trouble', (list) => list.bar.seat(phase, [sentence, ...lines].join(' ')));
  }

  #signedIn() {
    this.#seat.signedIn();
    if (!this.#worklist.hidden) void this.#list.here?.refresh();
  }

  async #signOut() {
    this.#seat.release();
    await request('api/sign-out', { method: 'POST' }).catch(() => null);
    location.assign('./');
  }
}

/**
 * An option of the address, for tests and support; taken out of it, so that it stays in no history.
 * @param {string} name
 */
function takeOption(name) {
  const address = new URL(location.href);
  const value = address.searchParams.get(name);
  if (value !== null) {
    address.searchParams.delete(name);
    history.replaceState(history.state, '', address);
  }
  return value;
}
