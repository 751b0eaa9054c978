/**
 * A clock of its own beside the page's: every few milliseconds it reads a small square of the canvas and notes when that turns from dark
 * to bright or back. Comes after page_probe.js.
 */
(() => {
  const EVERY_MS = 4;
  const EDGE = 60;
  let timer = 0;
  let turns = [];

  function brightness(context, { x, y, size }) {
    const { data } = context.getImageData(x, y, size, size);
    let sum = 0;
    for (let at = 0; at < data.length; at += 4) sum += data[at];
    return (4 * sum) / data.length;
  }

  Object.assign(window.farviewProbe, {
    /** The mean grey value of a square of the canvas now. */
    brightness: (square) => brightness(document.querySelector('canvas[data-picture]').getContext('2d'), square),
    watchMarker(square) {
      const context = document.querySelector('canvas[data-picture]').getContext('2d');
      let bright = brightness(context, square) > EDGE;
      turns = [];
      const look = () => {
        const now = brightness(context, square) > EDGE;
        if (now !== bright) turns.push(performance.now());
        bright = now;
      };
      clearInterval(timer);
      timer = setInterval(look, EVERY_MS);
    },
    /** When the square turned, ms; it is watched no more. */
    markerTurns() {
      clearInterval(timer);
      return turns;
    },
  });
})();
