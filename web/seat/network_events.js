/** What browsers tell of the network and of the page's own sleep: each a reason to look whether the way still holds. */

/** @typedef {EventTarget & {type?: string}} NetworkInformation https://wicg.github.io/netinfo/ */

/**
 * @param {() => void} changed another network, or one again
 * @param {() => void} shown the page is looked at again, or goes on after it was frozen
 */
export function onNetworkEvents(changed, shown) {
  window.addEventListener('online', changed);
  document.addEventListener('resume', shown);
  document.addEventListener('visibilitychange', () => document.hidden || shown());
  const { connection } = /** @type {{connection?: NetworkInformation}} */ (/** @type {unknown} */ (navigator));
  // It also tells of every new estimate of rate and delay, which is no reason for anything.
  let kind = connection?.type;
  connection?.addEventListener('change', () => {
    if (connection.type === kind) return;
    kind = connection.type;
    changed();
  });
}
