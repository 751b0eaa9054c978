/** Entry of index.html that comes after the first picture: tools, series, help, figures, hands and marks, and what proves the picture. */

import { app } from './interface.js';
import { StillAbilities } from './picture/still_abilities.js';
import './ui/go_to_image.js';
import './ui/help.js';
import './ui/series_strip.js';
import './ui/stats_panel.js';
import './ui/toolbar.js';
import { installTooltips } from './ui/tooltip.js';
import { Equipment } from './viewer/equipment.js';

installTooltips();
// The page names none that would be fetched before the picture.
document.querySelector('link[rel=icon]')?.setAttribute('href', new URL('icons/favicon.svg', import.meta.url).href);
app?.equip((viewer, seat, onlyImages) => new Equipment(viewer, seat, new StillAbilities(onlyImages)));
