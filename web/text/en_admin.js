/** What the administrators' page says. */

export const adminText = {
  title: 'Render hosts',
  checks: 'Devices that readers have checked',
  /**
   * @param {string} bad
   * @param {string} weak
   */
  checked: (bad, weak) => [bad && `in the way: ${bad}`, weak && `weak: ${weak}`].filter(Boolean).join('; ') || 'all is well',
  worklist: 'Worklist',
  add: 'Register a host',
  name: 'Name of the host',
  command: 'Paste this on the new host. The key belongs to the first machine that uses it.',
  done: 'Done',
  copy: 'Copy',
  copied: 'Copied',
  notCopied: 'This browser does not let the page copy. Select the line and copy it.',
  /** @param {string} name */
  connected: (name) => `${name} has dialled in.`,
  /** @param {string} name */
  waiting: (name) => `Waiting for ${name} to dial in`,
  columns: {
    name: 'Host',
    state: 'State',
    renderer: 'Renderer',
    sessions: 'Sessions',
    load: 'Load',
    pictures: 'Pictures/s',
    latency: 'Latency',
    archives: 'Archives',
    actions: 'Actions',
  },
  /** @type {Record<string, string>} */
  states: { connecting: 'connecting', ready: 'ready', draining: 'draining', leaving: 'being stopped', removal: 'being removed', lost: 'not connected' },
  /**
   * @param {string} why
   * @param {string} time
   */
  refused: (why, time) =>
    why === 'in-use'
      ? `A second process with this key was refused at ${time}.`
      : `Another machine with this key was refused at ${time}.`,
  local: 'this machine',
  cores: 'cores',
  drain: 'Drain',
  resume: 'Resume',
  remove: 'Remove',
  /** @param {number} readers */
  drainWill: (readers) =>
    `Take no new readers? ${readers === 0 ? 'Nobody reads on it now.' : `${readers === 1 ? '1 reader' : `${readers} readers`} will be moved when the hand rests, and will stay where no other host reaches the archive.`}`,
  /** @param {number} readers */
  removeWill: (readers) =>
    readers === 0
      ? 'Remove it? It will end, and its key will stop working.'
      : `Remove it? What ${readers === 1 ? '1 reader' : `${readers} readers`} did will be saved, and ${readers === 1 ? 'the reader' : 'they'} will be moved when the hand rests, after half a minute in any case. Then its key will stop working.`,
  keep: 'Do not remove',
  cancel: 'No',
  empty: 'No host has been registered.',
  /** @param {number} used @param {number} capacity */
  of: (used, capacity) => `${used} of ${capacity}`,
};
