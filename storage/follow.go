package storage

// follow is a function for scripts that notes what is to be done because a campaign was stored: somebody is told
// when it needs a yes or was decided on, and its reminders are looked at. It takes approvals:{ws},
// reminders:{ws}, the campaign's id, and the campaign as it was, empty when it is new, and as it is.
const follow = `
local function follow(approvals, reminders, id, was, is)
  local before = was.approval and was.approval.state
  local now = is.approval and is.approval.state
  local revision = is.revision or 0
  if now == 'asked' or (before == 'asked' and now and now ~= before) then
    redis.call('HSET', approvals, id, revision)
  end
  if is.remind then
    redis.call('ZADD', reminders, -1 - revision, id)
  else
    redis.call('ZREM', reminders, id)
  end
end
`
