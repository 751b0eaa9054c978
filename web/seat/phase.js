/** What `data-session` says, as a table (phase, event) → phase. Pure. */

/** @typedef {'connecting' | 'live' | 'stale' | 'reconnecting' | 'failed'} Phase */
/** @typedef {'requested' | 'alive' | 'silent' | 'lost' | 'refused'} PhaseEvent */

/**
 * requested: the reader or the page asks for a seat · alive: a sign of life · silent: none for two seconds ·
 * lost: the seat is gone, another is asked for · refused: there is none, and waiting will not help.
 * @type {Readonly<Record<Phase, Readonly<Partial<Record<PhaseEvent, Phase>>>>>}
 */
const TABLE = {
  connecting: { alive: 'live', lost: 'connecting', refused: 'failed' },
  live: { silent: 'stale', lost: 'reconnecting', refused: 'failed' },
  stale: { alive: 'live', lost: 'reconnecting', refused: 'failed' },
  reconnecting: { alive: 'live', refused: 'failed' },
  failed: { requested: 'connecting' },
};

/**
 * @param {Phase} phase
 * @param {PhaseEvent} event
 * @returns {Phase}
 */
export function nextPhase(phase, event) {
  return TABLE[phase][event] ?? phase;
}
