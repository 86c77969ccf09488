import { workerHandler } from 'class-events/workers';
import { catalog } from './image-events.js';
import { makeThumbnail } from './make-thumbnail.js';

// What each worker thread runs.
export default workerHandler(catalog, makeThumbnail);
