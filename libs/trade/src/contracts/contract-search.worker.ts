import { parentPort, workerData } from 'node:worker_threads';
import { searchContract, type ContractToSearch } from './contract-search.js';

parentPort?.postMessage(await searchContract(workerData as ContractToSearch));
