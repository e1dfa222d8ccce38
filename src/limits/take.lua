-- Takes from a bucket, or gives back: the arithmetic of bucket.rs, atomically and by Redis' clock.
-- What is missing never exceeds 2^53, so it is exact. A full bucket is no key.
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local capacity, restored, period = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local amount, gives_back = tonumber(ARGV[4]), ARGV[5] == '1'
local full = capacity * period

local debt = 0
local kept = redis.call('GET', KEYS[1])
if kept then
  local missing, at = string.match(kept, '^(%d+) (%d+)$')
  local passed = math.max(0, now - tonumber(at))
  debt = math.min(full, math.max(0, tonumber(missing) - passed * restored))
end

local allowed = 1
if gives_back then
  debt = math.max(0, debt - amount * period)
elseif debt + amount * period <= full then
  debt = debt + amount * period
else
  allowed = 0
end

if debt > 0 then
  local value = string.format('%.0f %.0f', debt, now)
  redis.call('SET', KEYS[1], value, 'PX', string.format('%.0f', math.ceil(debt / restored / 1000)))
else
  redis.call('DEL', KEYS[1])
end
return { allowed, string.format('%.0f', debt) }
