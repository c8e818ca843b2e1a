import { OneOf, Optional, Pattern, PublicUnlimited, Text, WholeNumber } from '#platform';
import { Body, Controller, Delete, Get, HttpCode, Inject, Param, Put } from '@nestjs/common';
import { ValidateIf } from 'class-validator';
import { MODES, type Behaviour, type BehaviourSetting } from '../customs/behaviour.js';
import { Store } from '../store.js';

const onlyFor = (mode: Behaviour['mode']): PropertyDecorator => ValidateIf((input: BehaviourInput, value) => input.mode === mode || value !== undefined);

/** A behaviour to be set. */
export class BehaviourInput {
  @OneOf(MODES) declare mode: Behaviour['mode'];

  /** The status to answer with, for `reject`. */
  @onlyFor('reject')
  @Pattern(/^(-[1-9]\d{0,8}|4|100)$/, { en: 'must be an error code below 0, or 4, or 100', zh: '必须是负数错误代码、4 或 100' })
  declare code?: string;

  /** The reason to give, for `reject`. */
  @Optional() @Text(1, 1000) declare info?: string;

  /** Milliseconds to wait, for `slow`. */
  @onlyFor('slow') @WholeNumber(1, 86_400_000) declare delayMs?: number;

  /** How many orders to treat so before accepting again. */
  @Optional() @WholeNumber(1, 1_000_000) declare times?: number;
}

/** An enterprise code or an order number. */
export class BehaviourKey {
  @Text(1, 60) declare key: string;
}

const behaviourOf = ({ mode, code = '', info = '海关退单', delayMs = 0 }: BehaviourInput): Behaviour => {
  switch (mode) {
    case 'reject':
      return { mode, code, info };
    case 'slow':
      return { mode, delayMs };
    default:
      return { mode };
  }
};

/** How the simulator is told to treat an enterprise or an order. */
@Controller('behaviours')
@PublicUnlimited()
export class BehavioursController {
  constructor(@Inject(Store) private readonly store: Store) {}

  @Get()
  list(): readonly BehaviourSetting[] {
    return this.store.behaviours();
  }

  @Put(':key')
  put(@Param() { key }: BehaviourKey, @Body() input: BehaviourInput): BehaviourSetting {
    const setting: BehaviourSetting = { key, behaviour: behaviourOf(input), ...(input.times !== undefined && { remaining: input.times }) };
    this.store.putBehaviour(setting);
    return setting;
  }

  @Delete(':key')
  @HttpCode(204)
  remove(@Param() { key }: BehaviourKey): void {
    this.store.removeBehaviour(key);
  }
}
