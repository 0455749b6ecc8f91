import { describe } from 'vitest';
import { MemoryStore } from './memory-store.ts';
import { storeContract } from './store-contract.ts';

describe('the store contract, in memory', () => storeContract(async () => new MemoryStore()));
