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
app?.equip((viewer, seat, onlyImages) => new Equipment(viewer, seat, new StillAbilities(onlyImages)));
