import { asOneSuite } from './as-one-suite.js';

asOneSuite('core', 'contracts');
