import persistentPb from '@eventstore/db-client/generated/persistent_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';
import type {
  CreateReq,
  DeleteReq,
  GetInfoReq,
  ListReq,
  ReplayParkedReq,
  UpdateReq,
} from '@eventstore/db-client/generated/persistent_pb.js';
import type { ServiceError } from '@grpc/grpc-js';
import { groupName, groupSettings, startedGroupName } from '../persistent/group-requests.js';
import type { Groups } from '../persistent/groups.js';
import { ALL_STREAM } from '../persistent/settings.js';
import { checkFilter } from '../persistent/source.js';
import { filterExpression } from '../read/read-request.js';
import { groupFailed, groupNotFound, invalidArgument, toRpcError } from '../rpc-error.js';
import { subscriptionInfo } from './persistent-info.js';

/** The unary methods of `PersistentSubscriptions`: the groups, and what is to be known of them. */
export function persistentCalls(groups: Groups) {
  return {
    create: answered(async (request: CreateReq) => {
      const options = request.getOptions();
      const name = startedGroupName(options);
      if (!options) throw invalidArgument('the options are missing');
      const filter = options.getAll()?.getFilter();
      const settings = groupSettings(options, name);
      await groups.create({ ...name, settings, filter: filter && checkFilter(filterExpression(filter)) });
      return new persistentPb.CreateResp();
    }),

    update: answered(async (request: UpdateReq) => {
      const options = request.getOptions();
      const name = startedGroupName(options);
      if (!options) throw invalidArgument('the options are missing');
      await groups.update(name, groupSettings(options, name));
      return new persistentPb.UpdateResp();
    }),

    delete: answered(async (request: DeleteReq) => {
      await groups.delete(groupName(request.getOptions()));
      return new persistentPb.DeleteResp();
    }),

    getInfo: answered(async (request: GetInfoReq) => {
      const group = groups.get(groupName(request.getOptions()));
      await group.settled();
      return new persistentPb.GetInfoResp().setSubscriptionInfo(subscriptionInfo(group));
    }),

    list: answered(async (request: ListReq) => {
      const stream = listedStream(request.getOptions());
      const listed = groups.list(stream);
      if (listed.length === 0 && stream !== undefined) throw groupNotFound({ stream, group: '' });
      await Promise.all(listed.map((group) => group.settled()));
      return new persistentPb.ListResp().setSubscriptionsList(listed.map(subscriptionInfo));
    }),

    replayParked: answered((request: ReplayParkedReq) => {
      const options = request.getOptions();
      const name = groupName(options);
      const group = groups.get(name);
      const stopAt = options?.hasStopAt() ? Number(options.getStopAt()) : undefined;
      if (stopAt !== undefined && stopAt < 0) throw groupFailed(name, 'Cannot stop replaying parked message at a negative version.');
      group.replayParked(stopAt);
      return Promise.resolve(new persistentPb.ReplayParkedResp());
    }),

    restartSubsystem: answered(async () => {
      await groups.restart();
      return new sharedPb.Empty();
    }),
  };
}

/** The stream whose groups are listed; undefined for all groups. */
function listedStream(options: ListReq.Options | undefined): string | undefined {
  const target = options?.getListForStream();
  if (target?.hasAll()) return ALL_STREAM;
  const stream = target?.getStream();
  if (stream) return Buffer.from(stream.getStreamName_asU8()).toString();
  if (!options?.hasListAllSubscriptions()) throw invalidArgument('what to list is missing');
  return undefined;
}

function answered<Request, Response>(respond: (request: Request) => Promise<Response>) {
  return ({ request }: { request: Request }, answer: (error: Partial<ServiceError> | null, response?: Response) => void): void => {
    // A refusal may be thrown before there is a promise.
    Promise.resolve()
      .then(() => respond(request))
      .then((response) => answer(null, response))
      .catch((error: unknown) => answer(toRpcError(error)));
  };
}
