import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { HourlyUse } from '../../src/auth/hourly-use.ts';
import { ManualClock } from '../support/manual-clock.ts';

const limits = { max_questions: 2, max_updates: 1, max_connections_per_hour: 0 };

describe('what an account uses in an hour', () => {
  it('is refused when it is used up, by MySQL’s name, until the hour is over', () => {
    const clock = new ManualClock();
    const use = new HourlyUse(clock);
    use.count('ann', limits, ['max_questions']);
    clock.advance(3_000_000);
    use.count('ann', limits, ['max_questions']);
    assert.throws(() => use.count('ann', limits, ['max_questions']), {
      kind: 'user_limit',
      message: "User 'ann' has exceeded the 'max_questions' resource (current value: 2)",
    });
    use.count('bea', limits, ['max_questions']);
    clock.advance(600_000);
    use.count('ann', limits, ['max_questions']);
  });

  it('is an hour’s, also when the clock is set back meanwhile', () => {
    const clock = new ManualClock();
    const use = new HourlyUse(clock);
    use.count('ann', limits, ['max_updates']);
    clock.jump(-86_400_000);
    clock.advance(3_600_000);
    use.count('ann', limits, ['max_updates']);
  });

  it('has a count for each resource; 0 and absent mean without limit', () => {
    const use = new HourlyUse(new ManualClock());
    use.count('ann', limits, ['max_questions', 'max_updates']);
    assert.throws(() => use.count('ann', limits, ['max_updates']), { message: /'max_updates'/ });
    for (let count = 0; count < 10; count++) use.count('ann', limits, ['max_connections_per_hour']);
    for (let count = 0; count < 10; count++) use.count('ann', {}, ['max_updates']);
  });

  it('begins anew for everybody with a reset', () => {
    const use = new HourlyUse(new ManualClock());
    use.count('ann', { max_updates: 1 }, ['max_updates']);
    use.reset();
    use.count('ann', { max_updates: 1 }, ['max_updates']);
  });
});
