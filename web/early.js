/** Entry of index.html that stands in the page itself, and so runs before any file has come (signaling/api/build.py puts it there). */

import { begin } from './boot/beginning.js';
import { pageId } from './boot/page_id.js';
import { studyOf } from './worklist/study_address.js';

export const page = pageId();
export const reference = studyOf(location);
export const beginning = begin(page, reference);
