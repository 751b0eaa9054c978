/** Entry of index.html that comes last: the worklist, after the first picture of a study that the address names, at once without one. */

import './ui/worklist.js';
