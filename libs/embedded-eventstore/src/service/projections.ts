import projectionsGrpc from '@eventstore/db-client/generated/projections_grpc_pb.js';
import projectionsPb from '@eventstore/db-client/generated/projections_pb.js';
import type { EnableReq, EnableResp } from '@eventstore/db-client/generated/projections_pb.js';
import type { handleUnaryCall, UntypedServiceImplementation } from '@grpc/grpc-js';
import { SYSTEM_PROJECTIONS } from '../links/system-projections.js';
import { refused, unimplemented } from './unimplemented.js';

/** `Projections`: the system projections always run, so that enabling them does nothing; there are no others. */
export function projections(): UntypedServiceImplementation {
  const service = projectionsGrpc.ProjectionsService;
  const enable: handleUnaryCall<EnableReq, EnableResp> = ({ request }, answer) => {
    const name = request.getOptions()?.getName();
    if (SYSTEM_PROJECTIONS.some((projection) => projection.name === name)) answer(null, new projectionsPb.EnableResp());
    else answer(unimplemented(service.enable.path));
  };
  return { ...refused(service), enable };
}
