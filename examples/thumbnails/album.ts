import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { On } from 'class-events';
import { ThumbnailMade } from './image-events.js';

/** Puts the thumbnails into a folder. */
export class Album {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  @On(ThumbnailMade)
  async keep({ name, jpeg }: ThumbnailMade): Promise<void> {
    await mkdir(this.#folder, { recursive: true });
    await writeFile(join(this.#folder, name), jpeg);
  }
}
