-- Sends requests as they were prepared, one after the other: each stands in the file behind its length and a newline.
-- It says on standard error when it has read them. With "once" it says there too when it has sent the last of them;
-- otherwise it begins again.

local prepared, sent, once = {}, 0, false

function init(arguments)
  local file = assert(io.open(arguments[1], "rb"))
  once = arguments[2] == "once"
  local length = file:read("*n")
  while length do
    file:read(1)
    prepared[#prepared + 1] = file:read(length)
    length = file:read("*n")
  end
  io.stderr:write("ready\n")
end

function request()
  sent = sent + 1
  if once and sent > #prepared then
    io.stderr:write("all sent\n")
    wrk.thread:stop()
  end
  return prepared[(sent - 1) % #prepared + 1]
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '{"answered": %d, "microseconds": %d, "p50": %d, "p95": %d, "p99": %d, "faults": %d, "too_late": %d, "bad_statuses": %d}\n',
    summary.requests, summary.duration, latency:percentile(50), latency:percentile(95), latency:percentile(99),
    errors.connect + errors.read + errors.write, errors.timeout, errors.status
  ))
end
