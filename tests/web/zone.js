/** The zone of the device that a test stands for. */

/**
 * What `act` gives on a device in that zone.
 * @template T
 * @param {string} zone of the IANA database
 * @param {() => T} act
 */
export function inZone(zone, act) {
  const before = process.env.TZ;
  process.env.TZ = zone;
  try {
    return act();
  } finally {
    if (before === undefined) delete process.env.TZ;
    else process.env.TZ = before;
  }
}
