import { useCase, type AnyUseCase, type Command } from '#event-sourcing';
import { apiKey } from './api-keys/api-key.js';
import { apiKeyIdFor, IssueApiKey, issueApiKey } from './api-keys/issue-api-key.js';
import { RevokeApiKey, revokeApiKey } from './api-keys/revoke-api-key.js';
import { DeactivateUser, deactivateUser } from './users/deactivate-user.js';
import { RegisterUser, registerUser } from './users/register-user.js';
import { email, FreeEmail, freeEmail, ReserveEmail, reserveEmail } from './users/email.js';
import { user } from './users/user.js';

const company = ({ envelope }: Command) => Promise.resolve({ company: envelope.companyId });

/** Which command about access is decided by what. */
export const accessUseCases: readonly AnyUseCase[] = [
  useCase({ command: IssueApiKey, aggregate: apiKey, decide: issueApiKey, outside: company, newId: apiKeyIdFor }),
  useCase({ command: RevokeApiKey, aggregate: apiKey, decide: revokeApiKey }),
  useCase({ command: RegisterUser, aggregate: user, decide: registerUser, outside: company, begins: true }),
  useCase({ command: ReserveEmail, aggregate: email, decide: reserveEmail, begins: true }),
  useCase({ command: FreeEmail, aggregate: email, decide: freeEmail }),
  useCase({ command: DeactivateUser, aggregate: user, decide: deactivateUser }),
];
