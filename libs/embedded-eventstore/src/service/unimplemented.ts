import { status, type MethodDefinition, type ServiceDefinition, type UntypedServiceImplementation } from '@grpc/grpc-js';
import { RpcError } from '../rpc-error.js';

/** The refusal of a method that is not there, by its name. */
export function unimplemented(path: string): RpcError {
  return new RpcError(status.UNIMPLEMENTED, `the embedded event store does not implement ${path}`);
}

/** A service of which every method is refused. */
export function refused(service: ServiceDefinition): UntypedServiceImplementation {
  return Object.fromEntries(Object.entries(service).map(([name, method]) => [name, refusal(method)] as const));
}

function refusal({ path, responseStream }: MethodDefinition<unknown, unknown>) {
  if (responseStream) return (call: { emit(event: 'error', error: RpcError): unknown }) => void call.emit('error', unimplemented(path));
  return (_call: unknown, answer: (error: RpcError) => void) => answer(unimplemented(path));
}
