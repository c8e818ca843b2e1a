import { randomUUID } from 'node:crypto';
import gossipPb from '@eventstore/db-client/generated/gossip_pb.js';
import type { ClusterInfo } from '@eventstore/db-client/generated/gossip_pb.js';
import sharedPb from '@eventstore/db-client/generated/shared_pb.js';

const TICKS_PER_MILLISECOND = 10_000n;
/** .NET counts ticks from the year 1. */
const TICKS_AT_UNIX_EPOCH = 621_355_968_000_000_000n;

/** `Gossip.Read`: a cluster of one node, which leads and is alive. */
export function gossip(host: string, now: () => number): (port: number) => ClusterInfo {
  const id = Buffer.from(randomUUID().replaceAll('-', ''), 'hex');
  const bits = new sharedPb.UUID.Structured()
    .setMostSignificantBits(id.readBigInt64BE(0).toString())
    .setLeastSignificantBits(id.readBigInt64BE(8).toString());
  const instanceId = new sharedPb.UUID().setStructured(bits);
  return (port) => {
    const ticks = TICKS_AT_UNIX_EPOCH + BigInt(now()) * TICKS_PER_MILLISECOND;
    const member = new gossipPb.MemberInfo()
      .setInstanceId(instanceId)
      .setTimeStamp(ticks.toString())
      .setState(gossipPb.MemberInfo.VNodeState.LEADER)
      .setIsAlive(true)
      .setHttpEndPoint(new gossipPb.EndPoint().setAddress(host).setPort(port));
    return new gossipPb.ClusterInfo().setMembersList([member]);
  };
}
