import { asOneSuite } from './as-one-suite.js';

asOneSuite('core/on', 'contracts', 'legacy-only');
