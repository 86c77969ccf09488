import { servesUnitsOfWork } from '../contracts/transactions.js';
import { memoryDatabase, type MemoryTransaction } from './memory-database.js';

servesUnitsOfWork<MemoryTransaction>('a database in memory', async () => memoryDatabase(), { isolated: true });
