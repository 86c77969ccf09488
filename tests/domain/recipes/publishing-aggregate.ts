import { type EventBus, On } from 'class-events';
import { AggregateRoot, publishEventsOf } from 'class-events/domain';

// modules/user/domain
export class UserCreated {
  constructor(readonly userId: string) {}
}
export class User extends AggregateRoot<UserCreated> {
  constructor(readonly id: string) {
    super();
    this.record(new UserCreated(id));
  }
}

// modules/user/database: inside of the transaction, so that a failing handler rolls it back
interface Database {
  transaction(run: () => Promise<void>): Promise<void>;
  insert(user: User): Promise<void>;
}
export class UserRepository {
  constructor(
    private readonly db: Database,
    private readonly bus: EventBus,
  ) {}

  async insert(user: User): Promise<void> {
    await this.db.transaction(async () => {
      await this.db.insert(user);
      await publishEventsOf(this.bus, user);
    });
  }
}

// modules/wallet/application/event-handlers: no name, no promisify
export class CreateWallet {
  constructor(private readonly createWallet: (userId: string) => Promise<void>) {}

  @On(UserCreated)
  async handle({ userId }: UserCreated): Promise<void> {
    await this.createWallet(userId);
  }
}
