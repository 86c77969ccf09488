import afterChange from './after-change.mjs';
import asyncHandlers from './async-handlers.mjs';
import churn from './churn.mjs';
import download from './download.mjs';
import failingHandler from './failing-handler.mjs';
import hierarchy from './hierarchy.mjs';
import manyClasses from './many-classes.mjs';
import memory from './memory.mjs';
import mixedHandlers from './mixed-handlers.mjs';
import nobody from './nobody.mjs';
import options from './options.mjs';
import syncHandlers from './sync-handlers.mjs';
import types from './types.mjs';

export const cases = [
  syncHandlers,
  asyncHandlers,
  manyClasses,
  hierarchy,
  churn,
  memory,
  nobody,
  mixedHandlers,
  failingHandler,
  afterChange,
  options,
  download,
  types,
].flat();
