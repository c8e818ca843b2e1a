import { Module, type DynamicModule, type Provider } from '@nestjs/common';
import { Db } from 'mongodb';
import { useCase, useCaseHandlers, type AnyUseCase } from '#event-sourcing';
import { LOGGER, UploadedFiles, UploadSweep, type Logger } from '#platform';
import { isBuyerOf } from '../orders/buyer-access.js';
import { tradeOrder } from '../orders/order.js';
import { AttachContract, attachContract } from './attach-contract.js';
import { CONTRACT_FILES, ContractDesk } from './contract-desk.adapter.js';
import { ContractsController } from './contracts.controller.js';

/** Which command about contracts is decided by what; the order's buyer may send it too. */
export const contractUseCases: readonly AnyUseCase[] = [useCase({ command: AttachContract, aggregate: tradeOrder, decide: attachContract, admits: isBuyerOf })];

const desk: readonly Provider[] = [
  ...useCaseHandlers(contractUseCases),
  {
    provide: CONTRACT_FILES,
    inject: [Db],
    useFactory: (db: Db) => new UploadedFiles(db, { bucket: 'trade-contracts', rule: 'TA-R5', accepts: ['application/pdf', 'text/plain', 'image/png', 'image/jpeg'] }),
  },
  ContractDesk,
];

const SWEEP: Provider = {
  provide: UploadSweep,
  inject: [ContractDesk, LOGGER],
  useFactory: (contracts: ContractDesk, logger: Logger) => new UploadSweep((before) => contracts.sweep(before), logger),
};

/** Contracts that buyer and seller attach to their order. */
@Module({})
export class ContractsModule {
  /** Uploads and downloads over HTTP. */
  static forApi(): DynamicModule {
    return { module: ContractsModule, controllers: [ContractsController], providers: [...desk] };
  }

  /** The sweep of abandoned uploads. */
  static forWorker(): DynamicModule {
    return { module: ContractsModule, providers: [...desk, SWEEP] };
  }
}
