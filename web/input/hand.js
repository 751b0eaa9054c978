/** The reader's pointer and wheel on the picture: DOM events → gestures → packets. Owns the listeners, nothing else. */

import { Modifier } from '../protocol/moves.js';
import { Gestures } from './gestures.js';
import { openingClick } from './opening_click.js';
import { WheelReducer } from './wheel.js';

/** @typedef {import('./moves_sender.js').MovesSender} MovesSender */

/**
 * @typedef {object} HandContext
 * @property {() => {width: number, height: number} | null} picture CSS size of the picture shown from the surface's origin; null = none
 * @property {() => boolean} enabled false while what is shown is not live
 * @property {() => boolean} drawing whether all coalesced points are told
 * @property {() => void} touched called on every press, for focus and menus
 * @property {(event: import('./gestures.js').GestureEvent, modifiers: number) => void} event what is told to the host, CSS px
 * @property {(at: {x: number, y: number}) => void} moved the hand moves with something held, CSS px
 */

export class Hand {
  #surface;
  #sender;
  #context;
  #gestures = new Gestures();
  #wheel = new WheelReducer();
  #space = false;
  #modifiers = 0;
  #timer = 0;

  /**
   * @param {HTMLElement} surface
   * @param {MovesSender} sender
   * @param {HandContext} context
   */
  constructor(surface, sender, context) {
    this.#surface = surface;
    this.#sender = sender;
    this.#context = context;
    surface.addEventListener('pointerdown', (event) => this.#down(event));
    surface.addEventListener('pointermove', (event) => this.#move(event));
    surface.addEventListener('pointerup', (event) => this.#up(event));
    surface.addEventListener('pointercancel', () => this.release());
    surface.addEventListener('lostpointercapture', (event) => {
      if (event.buttons !== 0) this.release();
    });
    surface.addEventListener('wheel', (event) => this.#roll(event), { passive: false });
    surface.addEventListener('contextmenu', (event) => event.preventDefault());
    surface.addEventListener('dragstart', (event) => event.preventDefault());
    surface.addEventListener('auxclick', (event) => event.preventDefault());
    window.addEventListener('blur', () => this.release());
    document.addEventListener('visibilitychange', () => {
      if (document.hidden) this.release();
    });
  }

  /** @param {boolean} held the space bar turns a drag into a pan */
  set space(held) {
    this.#space = held;
  }

  /**
   * Let go of everything.
   * @returns {boolean} whether a gesture was cancelled by it
   */
  release() {
    this.#space = false;
    const events = this.#gestures.release();
    for (const event of events) this.#tell(event, performance.now());
    return events.length > 0;
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.target instanceof Element && event.target.closest('[data-own-pointer]')) return;
    this.#context.touched();
    event.preventDefault();
    if (!this.#context.enabled() || !this.#context.picture() || openingClick.covers(event)) return;
    if (event.isTrusted) this.#surface.setPointerCapture(event.pointerId);
    this.#hold(event);
    this.#tellAll(this.#gestures.down(this.#sample(event)), event.timeStamp);
    if (event.pointerType === 'touch') {
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => {
        this.#tellAll(this.#gestures.tick(performance.now()), performance.now());
      }, 130);
    }
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#context.enabled() || !this.#context.picture()) return;
    this.#hold(event);
    this.#tellAll(this.#gestures.move(this.#sample(event)), event.timeStamp);
    // Moves without a button change nothing on the host.
    if (this.#gestures.now.buttons === 0) return;
    this.#sender.move(this.#state(), event.timeStamp, this.#coalesced(event));
    this.#context.moved(this.#gestures.now);
  }

  /** @param {PointerEvent} event */
  #up(event) {
    if (!this.#context.enabled()) return;
    this.#hold(event);
    this.#tellAll(this.#gestures.up(this.#sample(event)), event.timeStamp);
  }

  /** @param {WheelEvent} event */
  #roll(event) {
    event.preventDefault();
    if (!this.#context.enabled() || !this.#context.picture()) return;
    this.#hold(event);
    const box = this.#surface.getBoundingClientRect();
    if (!this.#gestures.isOpen) {
      this.#gestures.now.x = event.clientX - box.left;
      this.#gestures.now.y = event.clientY - box.top;
    }
    const { deltaY, deltaMode, timeStamp } = event;
    const ctrlKey = event.ctrlKey || event.metaKey;
    const wheelDeltaY = /** @type {{wheelDeltaY?: number}} */ (event).wheelDeltaY;
    const { steps, zoom } = this.#wheel.next({ deltaY, deltaMode, wheelDeltaY, ctrlKey, timeStamp });
    if (steps !== 0 || zoom !== 0) this.#sender.wheel(this.#state(), steps, zoom, timeStamp);
  }

  /**
   * @param {PointerEvent} event
   * @returns {import('./gestures.js').PointerSample}
   */
  #sample(event) {
    const box = this.#surface.getBoundingClientRect();
    return {
      id: event.pointerId,
      pointerType: event.pointerType,
      x: event.clientX - box.left,
      y: event.clientY - box.top,
      button: Math.max(0, event.button),
      buttons: event.buttons,
      time: event.timeStamp,
    };
  }

  /**
   * @param {PointerEvent} event
   * @returns {[number, number][]}
   */
  #coalesced(event) {
    if (!this.#context.drawing() || this.#gestures.now.buttons === 0) return [];
    const box = this.#surface.getBoundingClientRect();
    return event.getCoalescedEvents().map(({ clientX, clientY }) => {
      const { x, y } = this.#share(clientX - box.left, clientY - box.top);
      return [x, y];
    });
  }

  /** @param {MouseEvent} event */
  #hold(event) {
    this.#modifiers =
      (event.shiftKey ? Modifier.SHIFT : 0) |
      (event.ctrlKey ? Modifier.CTRL : 0) |
      (event.altKey ? Modifier.ALT : 0) |
      (event.metaKey ? Modifier.META : 0) |
      (this.#space ? Modifier.SPACE : 0);
  }

  /** @returns {import('./moves_sender.js').HandState} */
  #state() {
    const { gesture, buttons, pointer, x, y, scale } = this.#gestures.now;
    return { gesture, buttons, pointer, scale, modifiers: this.#modifiers, ...this.#share(x, y) };
  }

  /**
   * @param {import('./gestures.js').GestureEvent[]} events
   * @param {number} time
   */
  #tellAll(events, time) {
    for (const event of events) this.#tell(event, time);
  }

  /**
   * @param {import('./gestures.js').GestureEvent} event
   * @param {number} time
   */
  #tell(event, time) {
    const { kind, gesture, pointer, button } = event;
    const at = this.#share(event.x, event.y);
    this.#sender.event(this.#state(), { kind, gesture, pointer, button, modifiers: this.#modifiers, ...at }, time);
    this.#context.event(event, this.#modifiers);
  }

  /**
   * A point of the surface as shares of the visible picture.
   * @param {number} x
   * @param {number} y
   */
  #share(x, y) {
    const picture = this.#context.picture() ?? { width: 1, height: 1 };
    return { x: clamp(x / picture.width), y: clamp(y / picture.height) };
  }
}

/** @param {number} share */
function clamp(share) {
  return Math.min(1, Math.max(0, share));
}
