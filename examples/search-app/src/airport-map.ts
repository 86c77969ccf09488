import { On } from 'class-events';
import { find } from './element.js';
import { AirportFetched, PositionsFetched } from './events.js';

/** All airports as dots, which draw the continents, and a mark for the one that is shown. */
export class AirportMap {
  readonly #canvas = find('.map canvas', HTMLCanvasElement);
  readonly #mark = find('.map i', HTMLElement);

  @On(PositionsFetched)
  draw({ degrees }: PositionsFetched): void {
    const context = this.#canvas.getContext('2d');
    const pixels = this.#canvas.width / 360;
    for (let index = 0; index < degrees.length; index += 2) {
      const [longitude, latitude] = degrees.subarray(index);
      context?.fillRect((longitude! + 180) * pixels, (90 - latitude!) * pixels, 2.5, 2.5);
    }
  }

  @On(AirportFetched)
  mark({ airport: { longitude, latitude } }: AirportFetched): void {
    this.#mark.hidden = false;
    this.#mark.style.left = `${(longitude + 180) / 3.6}%`;
    this.#mark.style.top = `${(90 - latitude) / 1.8}%`;
  }
}
