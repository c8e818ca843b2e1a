import 'reflect-metadata';
import { Inject, Injectable, RequestMethod, type OnModuleInit, type Type } from '@nestjs/common';
import { METHOD_METADATA, PARAMTYPES_METADATA, ROUTE_ARGS_METADATA, RouteParamtypes } from '@nestjs/common/internal';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { compileValidator } from '../validation/compile-validator.js';
import { isDescribed } from '../validation/validation.pipe.js';
import type { InputClass } from '../validation/structure-fields.js';
import { ACCESS } from './access.decorators.js';

type Handler = (...parameters: unknown[]) => unknown;
interface RouteArgument {
  readonly index: number;
  readonly data?: unknown;
}

const INPUTS: readonly number[] = [RouteParamtypes.BODY, RouteParamtypes.QUERY, RouteParamtypes.PARAM];

/** Looks at every route before the app listens: none without access rules, none whose input is not described. */
@Injectable()
export class RouteAudit implements OnModuleInit {
  constructor(
    @Inject(DiscoveryService) private readonly discovery: DiscoveryService,
    @Inject(MetadataScanner) private readonly scanner: MetadataScanner,
  ) {}

  /** Throws naming all routes at fault. Compiles the validators of all inputs on the way, so that no request waits for it. */
  onModuleInit(): void {
    const faults = this.discovery.getControllers().flatMap(({ metatype }) => (typeof metatype === 'function' ? this.faultsOf(metatype as Type) : []));
    if (faults.length > 0) throw new Error(`routes that must not be opened:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
  }

  private faultsOf(controller: Type): readonly string[] {
    const prototype = controller.prototype as Record<string, Handler>;
    return this.scanner.getAllMethodNames(prototype).flatMap((name) => {
      const handler = prototype[name];
      if (!handler || !Reflect.hasMetadata(METHOD_METADATA, handler)) return [];
      const where = `${controller.name}.${name} (${RequestMethod[Reflect.getMetadata(METHOD_METADATA, handler) as RequestMethod]})`;
      return [...accessFaults(controller, handler), ...inputFaults(controller, prototype, name)].map((fault) => `${where}: ${fault}`);
    });
  }
}

const accessFaults = (controller: Type, handler: Handler): readonly string[] =>
  Reflect.hasMetadata(ACCESS, handler) || Reflect.hasMetadata(ACCESS, controller) ? [] : ['says neither @Allow, @SignedIn nor @Public'];

const inputFaults = (controller: Type, prototype: object, name: string): readonly string[] => {
  const routeArguments = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, name) ?? {}) as Readonly<Record<string, RouteArgument>>;
  const types = (Reflect.getMetadata(PARAMTYPES_METADATA, prototype, name) ?? []) as readonly unknown[];
  return Object.entries(routeArguments).flatMap(([key, { index, data }]) => {
    // Keys are `<kind>:<index>`; those of custom decorators begin with a name.
    if (!INPUTS.includes(Number(key.split(':')[0])) || data !== undefined) return [];
    return inputFault(types[index], index);
  });
};

const inputFault = (type: unknown, index: number): readonly string[] => {
  if (type === String) return [];
  if (!isDescribed(type)) return [`parameter ${index} is input without a class that describes it`];
  try {
    compileValidator(type as InputClass);
    return [];
  } catch (error) {
    return [`parameter ${index}: ${(error as Error).message}`];
  }
};
