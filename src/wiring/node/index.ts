/**
 * Where functions stand in the sources, asked of Node's inspector.
 *
 * @module
 */
export { functionLocations } from './function-locations.js';
