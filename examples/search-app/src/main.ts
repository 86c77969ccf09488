import { EventBus } from 'class-events';
import { AirportMap } from './airport-map.js';
import { AirportWindow } from './airport-window.js';
import { find } from './element.js';
import { AirportRequested, PositionsRequested, SearchRequested } from './events.js';
import { FrameWatch } from './frame-watch.js';
import { Placement } from './placement.js';
import { SearchWindow } from './search-window.js';
import { StatusBar } from './status-bar.js';

const bus = new EventBus({ name: 'search app' });
const statusBar = new StatusBar();
bus.observe(statusBar);
bus.register(statusBar);
bus.register(new SearchWindow(bus));
bus.register(new AirportWindow(bus));
bus.register(new AirportMap());

const frames = new FrameWatch();
find('.meter', HTMLButtonElement).addEventListener('click', () => frames.restart());

const placement = new Placement(bus);
const onMainThread = find('#on-main-thread', HTMLInputElement);
onMainThread.addEventListener('change', () => {
  frames.restart();
  placement.place = onMainThread.checked ? 'main thread' : 'worker';
});

// The first of them opens the database.
bus.emit(new PositionsRequested());
bus.emit(new SearchRequested('Kopenhagen'));
bus.emit(new AirportRequested(609));
