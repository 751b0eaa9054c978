/** What keys and buttons mean: commands of the host, and the few things that the page does by itself. */

import { closePopover } from '../ui/popover.js';
import { text } from '../text/en.js';
import { toolText } from '../text/en_tools.js';
import { markWords } from './mark_words.js';
import { isInSight } from './mark_sight.js';
import { MarkSteps } from './mark_steps.js';

/** @typedef {import('../ui/viewer.js').Viewer} Viewer */
/** @typedef {import('./viewing.js').Viewing} Viewing */
/** @typedef {import('./commander.js').Commander} Commander */
/** @typedef {import('../protocol/control.js').CommandValue} CommandValue */

const INTERPOLATIONS = ['nearest', 'linear', 'cubic'];

export class PageActions {
  #viewer;
  #viewing;
  #commander;
  #steps;

  /**
   * @param {Viewer} viewer
   * @param {Viewing} viewing
   * @param {Commander} commander
   */
  constructor(viewer, viewing, commander) {
    this.#viewer = viewer;
    this.#viewing = viewing;
    this.#commander = commander;
    this.#steps = new MarkSteps(commander, viewer.messages, {
      seriesIn: (viewport) => viewing.reading.snapshot?.viewports[viewport]?.series ?? -1,
      version: () => viewing.reading.marks?.version ?? 0,
    });
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
      case 'undo':
      case 'redo':
        this.#steps.step(action);
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

  /** Esc: a dragged thumbnail, gesture, menu, tool, in that order. */
  #cancel() {
    const { help, stats, goTo, strip } = this.#viewer;
    if (strip.letGo()) return;
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
    this.#viewer.messages.say('info', `${toolText.toolbar.interpolation}: ${text.interpolations[next]}`);
  }

  #nextViewport() {
    const { snapshot } = this.#viewing.reading;
    if (!snapshot) return;
    const next = (snapshot.active + 1) % snapshot.viewports.length;
    this.#commander.command('viewport.activate', null, next);
  }

  /** The host says something, perhaps that it would change a mark out of sight. @param {import('../protocol/control.js').Notice} notice */
  told(notice) {
    this.#steps.told(notice);
  }

  /** The host's marks are new. */
  marked() {
    this.#steps.marked();
  }

  /** The selected mark and no other, and only where the reader sees it go; which it was is said. */
  #deleteMark() {
    const { reading, glass } = this.#viewing;
    const { messages } = this.#viewer;
    const mark = reading.marks?.marks.find((entry) => entry.mark === reading.selected);
    if (!mark) messages.say('info', toolText.marks.selectFirst);
    else if (!isInSight(mark, glass.records)) messages.say('info', toolText.marks.notShown(markWords(mark), mark.image + 1));
    else if (this.#commander.command('mark.delete', mark.mark)) {
      messages.say('info', toolText.marks.deleted(markWords(mark), mark.image + 1));
    }
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
