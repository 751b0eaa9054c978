/** One line of the check: what was tried, and how it came out. Pure. */

/**
 * good: all is well · weak: it works, and could be better · bad: it is in the way · told: a fact.
 * @typedef {'good' | 'weak' | 'bad' | 'told'} Outcome
 */
/** @typedef {{id: string, outcome: Outcome, words: string}} Row `id` names the row in the catalogue */
/** What is not done in so many seconds has failed. @typedef {{id: string, run: () => Row | Promise<Row>, seconds?: number}} Check */

/**
 * The row of a check, whatever happens in it.
 * @param {Check} check
 * @param {{failed: (why: string) => string, late: (seconds: number) => string}} words
 * @param {(callback: () => void, ms: number) => unknown} [after]
 * @returns {Promise<Row>}
 */
export async function rowOf({ id, run, seconds = 10 }, words, after = setTimeout) {
  /** @type {Promise<Row>} */
  const late = new Promise((done) => {
    after(() => done({ id, outcome: 'bad', words: words.late(seconds) }), seconds * 1000);
  });
  try {
    return await Promise.race([Promise.resolve().then(run), late]);
  } catch (error) {
    return { id, outcome: 'bad', words: words.failed(error instanceof Error ? error.message : String(error)) };
  }
}

/** @param {readonly Row[]} rows */
export function counts(rows) {
  const of = (/** @type {Outcome} */ outcome) => rows.filter((row) => row.outcome === outcome).length;
  return { bad: of('bad'), weak: of('weak') };
}

/**
 * The whole result as text, to be sent by whatever means.
 * @param {readonly Row[]} rows
 * @param {(id: string) => string} title
 * @param {string} agent
 * @param {Date} at
 */
export function asText(rows, title, agent, at) {
  const lines = rows.map(({ id, outcome, words }) => `${outcome.padEnd(5)} ${title(id)}: ${words}`);
  return [`Farview device check, ${at.toISOString()}`, agent, ...lines, ''].join('\n');
}
