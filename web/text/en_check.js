/** The words of the page that checks a device, in English. */

export const text = {
  product: 'Farview',
  title: 'Check this device',
  about: 'What this browser and this network can do for pictures from Farview. Nothing of a patient is used or sent.',
  notMedicalDevice: 'Not a medical device. Not for diagnosis.',
  back: 'Worklist',
  signIn: 'Sign in',
  again: 'Check again',
  copy: 'Copy result',
  copied: 'Copied',
  notCopied: 'This browser does not let the page copy. Select the table and copy it.',
  send: 'Send to administrator',
  sent: 'Sent. Your administrator finds it on the page of the render hosts.',
  running: 'Checking…',
  done: (/** @type {{bad: number, weak: number}} */ { bad, weak }) => {
    if (bad > 0) return `${bad} of these will be in the way.`;
    return weak > 0 ? `Pictures can be read here; ${weak} of these could be better.` : 'All is well for reading here.';
  },
  columns: { what: 'What', outcome: 'Outcome', words: 'In words' },
  outcomes: { good: 'good', weak: 'weak', bad: 'bad', told: 'told', waits: 'checking' },
  failed: (/** @type {string} */ why) => `The check itself failed: ${why}`,
  late: (/** @type {number} */ seconds) => `No answer within ${seconds} s.`,
  rows: {
    secure: {
      title: 'Secure connection',
      good: 'The page came over a secure way, so that pictures can be proven exact.',
      bad: 'The page did not come over HTTPS: pictures can’t be proven exact here. Use the https:// address.',
    },
    webrtc: {
      title: 'Video connection (WebRTC)',
      good: 'Present.',
    },
    codecs: {
      title: 'H.264 offered by WebRTC',
      words: (/** @type {string} */ profiles) => `Profiles ${profiles}.`,
      noLossless: (/** @type {string} */ profiles) =>
        `Profiles ${profiles}; not High 4:4:4 (f4…): exact pictures come as images instead.`,
      none: 'None: no picture can come. Use a browser with H.264.',
    },
    frames: {
      title: 'Which picture is shown',
      good: 'The browser tells each decoded picture as soon as it is there.',
      weak: 'The browser tells each picture when it is displayed, which is a little later.',
      bad: 'The browser does not tell which picture it shows, so that none is shown. Use a newer one.',
    },
    baseline: { title: 'Decoding: Baseline' },
    high: { title: 'Decoding: High' },
    lossless: { title: 'Decoding: High 4:4:4, lossless' },
    png: { title: 'Image: PNG' },
    jxl: { title: 'Image: JPEG XL' },
    decode: {
      exact: 'Every byte as it was sent.',
      /** @type {(greys: number, pixels: number) => string} */
      off: (greys, pixels) => `${pixels} pixels are off, by up to ${greys} of 255 greys.`,
      unsupported: 'Not decoded by this browser.',
      noDecoder: 'This browser gives pages no decoder of its own to try it with (WebCodecs); pictures may come all the same.',
      insteadOf: 'Not decoded by this browser; another way is used.',
    },
    ramp: {
      title: '256 greys through video and canvas',
      /** @type {(greys: number, different: number) => string} */
      words: (greys, different) => `Largest error ${greys} of 255; ${different} of 256 greys stay different.`,
      unsupported: 'No decoder to try it with.',
    },
    canvas: {
      title: 'Canvas gives back what is drawn',
      good: 'Every pixel.',
      bad: (/** @type {number} */ pixels) =>
        `${pixels === 1 ? '1 pixel comes' : `${pixels} pixels come`} back changed: this browser guards against being recognised. Pictures can’t be proven exact; ` +
        'allow this page to read its canvas.',
    },
    hash: {
      title: 'Hash (SHA-256)',
      good: (/** @type {string} */ speed) => `Right, ${speed}\u202fMB/s.`,
      bad: 'Not available, so that pictures can’t be proven exact.',
      wrong: 'Wrong.',
    },
    pixels: {
      title: 'Pixels of the screen',
      /** @type {(screen: string, ratio: string) => string} */
      words: (screen, ratio) => `${screen} CSS pixels, ${ratio} device ${ratio === '1' ? 'pixel' : 'pixels'} each way.`,
      zoomed: 'The page is zoomed by pinch: at that size no picture counts as exact.',
      noBox: 'The browser does not tell the exact number of device pixels; at fractions, no picture counts as exact.',
    },
    wakeLock: {
      title: 'Screen stays on',
      good: 'While a study is shown.',
      weak: 'This browser can’t keep the screen on: it may go dark while you read.',
    },
    fullscreen: {
      title: 'Full screen',
      good: 'Possible.',
      weak: 'Not offered by this browser.',
    },
    server: {
      title: 'Way to the server',
      /** @type {(median: string, most: string) => string} */
      words: (median, most) => `${median}\u202fms there and back, at most ${most}\u202fms.`,
      bad: 'The server did not answer.',
    },
    seat: {
      title: 'Way to a render host',
      /** @type {(host: string, way: string, rtt: string, made: string) => string} */
      words: (host, way, rtt, made) =>
        `${host}: ${way}, ${rtt}\u202fms there and back, connected after ${made}\u202fms.`,
      direct: (/** @type {string} */ protocol) => `direct, ${protocol}`,
      relayed: (/** @type {string} */ protocol) => `through a relay (TURN), ${protocol}`,
      candidates: (/** @type {string} */ mine, /** @type {string} */ theirs) => ` Addresses here: ${mine}; there: ${theirs}.`,
      bad: (/** @type {string} */ why) => `Not reached: ${why}`,
      noOffer: 'no render host has answered.',
      notMeasured: 'the browser does not tell how.',
      blocked: (/** @type {boolean} */ hasRelay) =>
        hasRelay ? 'a firewall may stop UDP, and the relay (TURN) is not reached either.' : 'a firewall may stop UDP, and no relay (TURN) is set up.',
      tried: (/** @type {readonly string[]} */ lines) => (lines.length > 0 ? ` Tried: ${lines.join('; ')}.` : ''),
      /** @type {(host: string, made: string) => string} */
      overSocket: (host, made) => `${host}: over WebSocket, connected after ${made}\u202fms. It works, and may lag where packets are lost.`,
      because: (/** @type {string} */ why) => ` UDP is blocked: ${why}`,
      noWebCodecs: ' This browser can’t take pictures over a WebSocket (WebCodecs) instead: use another browser, or another network.',
      neither: (/** @type {string} */ why) => ` Over WebSocket neither${why ? `: ${why}` : '.'}`,
      signIn: 'Sign in to check this.',
    },
  },
};
