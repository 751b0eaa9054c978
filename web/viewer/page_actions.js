/** What keys and buttons mean: commands of the host, and the few things that the page does by itself. */

import { closePopover } from '../ui/popover.js';
import { text } from '../text/en.js';

/** @typedef {import('../ui/viewer.js').Viewer} Viewer */
/** @typedef {import('./viewing.js').Viewing} Viewing */
/** @typedef {import('./commander.js').Commander} Commander */
/** @typedef {import('../protocol/control.js').CommandValue} CommandValue */

const INTERPOLATIONS = ['nearest', 'linear', 'cubic'];

export class PageActions {
  #viewer;
  #viewing;
  #commander;

  /**
   * @param {Viewer} viewer
   * @param {Viewing} viewing
   * @param {Commander} commander
   */
  constructor(viewer, viewing, commander) {
    this.#viewer = viewer;
    this.#viewing = viewing;
    this.#commander = commander;
    viewer.toolbar.connect((action, value) => this.act(action, value ?? null));
    viewer.strip.connect({
      pick: (series) => this.act('series.set', series),
      drag: (_series, x, y) => viewer.stage.target(viewer.stage.viewportAt(x, y)),
      drop: (series, x, y) => this.#drop(series, viewer.stage.viewportAt(x, y)),
      dragEnd: () => viewer.stage.target(-1),
    });
  }

  /** The picture was pressed: what lies over it goes. */
  touched() {
    closePopover();
    this.#viewer.goTo.close();
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement) activeElement.blur();
  }

  /**
   * @param {import('../input/key_map.js').Binding} binding
   * @param {number} digit
   */
  key(binding, digit) {
    if (binding.action === 'page.preset') this.#preset(digit);
    else this.act(binding.action, binding.value ?? null);
  }

  /**
   * @param {string} action
   * @param {CommandValue} value
   */
  act(action, value) {
    switch (action) {
      case 'page.help':
        this.#viewer.help.toggle();
        break;
      case 'page.stats':
        this.#viewer.stats.toggle();
        break;
      case 'page.worklist':
        this.#viewer.onBack();
        break;
      case 'page.nextStudy':
        this.#viewer.onStep(1);
        break;
      case 'page.previousStudy':
        this.#viewer.onStep(-1);
        break;
      case 'page.goToImage':
        this.#goToImage();
        break;
      case 'page.interpolation':
        this.#interpolate();
        break;
      case 'page.nextViewport':
        this.#nextViewport();
        break;
      case 'page.deleteMark':
        this.#deleteMark();
        break;
      case 'page.cancel':
        this.#cancel();
        break;
      default:
        this.#commander.command(action, value);
    }
  }

  /** Esc: gesture, menu, tool, in that order. */
  #cancel() {
    const { help, stats, goTo } = this.#viewer;
    if (this.#viewing.cancelGesture() || closePopover()) return;
    if (!help.hidden) help.toggle(false);
    else if (!stats.hidden) stats.toggle(false);
    else if (!goTo.hidden) goTo.close();
    else if (this.#viewing.selectNothing()) return;
    else if (this.#viewing.reading.snapshot?.tool !== 'scroll') this.#commander.command('tool.set', 'scroll');
  }

  /** @param {number} digit */
  #preset(digit) {
    const preset = this.#viewing.reading.activeSeries?.presets[digit - 1];
    if (preset) this.#commander.command('preset.apply', preset.name);
  }

  #interpolate() {
    const now = this.#viewing.reading.snapshot?.interpolation ?? 'linear';
    const next = INTERPOLATIONS[(INTERPOLATIONS.indexOf(now) + 1) % INTERPOLATIONS.length];
    this.#commander.command('interpolation.set', next);
    this.#viewer.messages.say('info', `${text.toolbar.interpolation}: ${text.toolbar.interpolations[next]}`);
  }

  #nextViewport() {
    const { snapshot } = this.#viewing.reading;
    if (!snapshot) return;
    const next = (snapshot.active + 1) % snapshot.viewports.length;
    this.#commander.command('viewport.activate', null, next);
  }

  /** The selected mark, or the newest one; which it was is said, for it may lie on another image. */
  #deleteMark() {
    const { reading } = this.#viewing;
    const marks = reading.marks?.marks ?? [];
    const mark = marks.find((entry) => entry.mark === reading.selected) ?? marks.findLast((entry) => !entry.draft);
    if (!mark || !this.#commander.command('mark.delete', mark.mark)) return;
    this.#viewer.messages.say('info', text.marks.deleted(mark.text, mark.image + 1));
  }

  #goToImage() {
    const { reading, glass, isLive } = this.#viewing;
    const active = reading.snapshot?.active ?? 0;
    const record = glass.records[active];
    if (!isLive || !record || record.images < 2) return;
    this.#viewer.goTo.ask(record.image + 1, record.images, (image) => this.#commander.goToImage(active, image));
  }

  /**
   * @param {number} series
   * @param {number} viewport
   */
  #drop(series, viewport) {
    if (viewport >= 0) this.#commander.command('series.set', series, viewport);
  }
}
