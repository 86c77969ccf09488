import {
  Catch,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
  type PipeTransform,
  UseFilters,
  UseGuards,
  UseInterceptors,
  UsePipes,
} from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE } from '@nestjs/core';
import { HandlerFailed, On } from 'class-events';
import { OrderPlaced } from '../support/orders.js';
import { Recorder } from '../support/recorder.js';
import { publishErrorOf } from '../support/rejection.js';
import { boot, closeAll } from './application.js';

const story = new Recorder();
beforeEach(() => void story.take());
afterEach(closeAll);

class Guard implements CanActivate {
  canActivate(): boolean {
    story.note('guard');
    return false;
  }
}
class Pipe implements PipeTransform {
  transform(): unknown {
    story.note('pipe');
    return undefined;
  }
}
class Interceptor implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): ReturnType<NestInterceptor['intercept']> {
    story.note('interceptor');
    return next.handle();
  }
}
@Catch()
class Filter implements ExceptionFilter {
  catch(_error: unknown, _host: ArgumentsHost): void {
    story.note('exception filter');
  }
}

class Receipts {
  @On(OrderPlaced)
  @UseGuards(Guard)
  @UsePipes(Pipe)
  @UseInterceptors(Interceptor)
  @UseFilters(Filter)
  send(event: OrderPlaced): void {
    story.note(`receipt for ${event.orderId}`);
    throw new Error('printer');
  }
}
const global = [
  { provide: APP_GUARD, useClass: Guard },
  { provide: APP_PIPE, useClass: Pipe },
  { provide: APP_INTERCEPTOR, useClass: Interceptor },
  { provide: APP_FILTER, useClass: Filter },
];

describe('guards, pipes, interceptors and exception filters', () => {
  it('do not run for a handler, neither its own nor the global ones', async () => {
    const { bus } = await boot({ providers: [Receipts, ...global] });
    const error = await publishErrorOf(bus.publish(new OrderPlaced()));
    expect(story.lines).toEqual(['receipt for o-1']);
    expect(error.errors).toEqual([new Error('printer')]);
  });

  it('have their counterparts in filter, around and HandlerFailed', async () => {
    class Guarded {
      @On(OrderPlaced, {
        filter: (event) => event.total > 100,
        around: (run) => (story.note('before'), run()),
      })
      large(): void {
        story.note('large');
      }
      @On(OrderPlaced, {
        around: (run) => {
          story.note('before');
          try {
            return run();
          } finally {
            story.note('after');
          }
        },
      })
      any(): void {
        throw new Error('printer');
      }
      @On(HandlerFailed)
      failed({ error }: HandlerFailed): void {
        story.note(String(error));
      }
    }
    const { bus } = await boot({ providers: [Guarded] });
    await bus.publishSettled(new OrderPlaced());
    expect(story.lines).toEqual(['before', 'after', 'Error: printer']);
  });
});
