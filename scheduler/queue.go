package scheduler

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"github.com/hibiken/asynq"

	"github.com/clarion-bot/clarion/storage"
)

// A task is a delivery that is due, or will be after a time, at one of its turns.
type task struct {
	storage.Due
	after time.Duration
}

// queue carries tasks to whichever process is free. It is asynq's, on the Redis that has everything else: workers
// that take tasks in their order, tasks that wait for their time, those of a process that died, and an archive of
// those that failed for good, which asynq's own tools show. Storage decides all the same: a task that is lost is
// offered again, and one that comes twice finds its delivery claimed.
type queue struct {
	client  *asynq.Client
	server  *asynq.Server
	inspect *asynq.Inspector
	name    string
	now     func() time.Time
	offered *lru.Cache[string, time.Time] // by id of the task: when this process offered it last
}

const (
	taskType = "deliver"
	// keptOffers bounds how many tasks a process remembers to have offered.
	keptOffers = 20_000
	// offerAgain is after what time a task that is still due is offered again. The queue may have lost it.
	offerAgain = 15 * time.Second
	// taskCheck is how long an idle process sleeps before it looks for a task.
	taskCheck = 100 * time.Millisecond
	// taskLimit bounds a task's life with a worker, waiting included.
	taskLimit = 2 * claimLife
	// stopLimit is how long a stop waits for the tasks that were begun.
	stopLimit = actLimit + 2*time.Second
)

// errRefused marks the end of a task whose delivery failed for good.
var errRefused = errors.New("it failed until a person helps")

func newQueue(w *storage.Workspace, now func() time.Time, log *slog.Logger) (*queue, error) {
	offered, err := lru.New[string, time.Time](keptOffers)
	if err != nil {
		return nil, fmt.Errorf("remembering offered tasks: %w", err)
	}
	name := "clarion-" + string(w.ID())
	return &queue{
		client: asynq.NewClientFromRedisClient(w.Redis()), inspect: asynq.NewInspectorFromRedisClient(w.Redis()), name: name, now: now, offered: offered,
		server: asynq.NewServerFromRedisClient(w.Redis(), asynq.Config{
			Concurrency: workers, Queues: map[string]int{name: 1}, TaskCheckInterval: taskCheck, DelayedTaskCheckInterval: time.Second,
			ShutdownTimeout: stopLimit, Logger: queueLog{log}, LogLevel: asynq.DebugLevel,
		}),
	}, nil
}

// start gives each task to do, which says whether it failed for good. stop ends that.
func (q *queue) start(do func(ctx context.Context, delivery string) error) error {
	err := q.server.Start(asynq.HandlerFunc(func(ctx context.Context, t *asynq.Task) error {
		// What was begun is finished even while the process stops.
		err := do(context.WithoutCancel(ctx), string(t.Payload()))
		if errors.Is(err, errRefused) {
			return fmt.Errorf("%w: %w", err, asynq.SkipRetry) // to the archive
		}
		return err
	}))
	if err != nil {
		return fmt.Errorf("starting the delivery queue: %w", err)
	}
	return nil
}

// stop takes no more tasks, and waits for those that were begun.
func (q *queue) stop() { q.server.Shutdown() }

// offerAll offers tasks in their order.
func (q *queue) offerAll(ctx context.Context, tasks ...task) error {
	var errs []error
	for _, t := range tasks {
		errs = append(errs, q.offer(ctx, t))
	}
	return errors.Join(errs...)
}

// offer puts a task into the queue, unless it is there: under the id of the delivery and its turn it exists
// once, whatever the number of processes.
func (q *queue) offer(ctx context.Context, t task) error {
	id := t.ID + "@" + t.Turn
	now := q.now()
	last, again := q.offered.Get(id)
	if again && now.Before(last.Add(offerAgain)) {
		return nil
	}
	err := q.enqueue(ctx, id, t)
	if errors.Is(err, asynq.ErrTaskIDConflict) {
		err = nil
		if q.over(id, again) {
			err = q.enqueue(ctx, id+"/"+strconv.FormatInt(now.UnixMilli(), 10), t)
		}
	}
	if err != nil {
		return fmt.Errorf("offering delivery %s: %w", t.ID, err)
	}
	q.offered.Add(id, now.Add(t.after))
	return nil
}

func (q *queue) enqueue(ctx context.Context, id string, t task) error {
	_, err := q.client.EnqueueContext(ctx, asynq.NewTask(taskType, []byte(t.ID)),
		asynq.Queue(q.name), asynq.TaskID(id), asynq.ProcessIn(t.after), asynq.Timeout(taskLimit), asynq.MaxRetry(1))
	return err
}

// over says whether a task that exists will not be done: it failed for good; or a worker has had it since it was
// offered the last time and has not claimed its delivery, which is the first thing that a worker does: so that one
// died, which the queue by itself notices within some minutes.
func (q *queue) over(id string, offeredBefore bool) bool {
	info, err := q.inspect.GetTaskInfo(q.name, id)
	return err == nil && (info.State == asynq.TaskStateArchived || info.State == asynq.TaskStateActive && offeredBefore)
}

// queueLog writes what the queue has to say. What it says of a task is in the log already, by whoever did it.
type queueLog struct{ log *slog.Logger }

func (l queueLog) Debug(args ...any) { l.log.Debug("the delivery queue says: " + fmt.Sprint(args...)) }
func (l queueLog) Info(args ...any)  { l.Debug(args...) }
func (l queueLog) Warn(args ...any)  { l.log.Warn("the delivery queue says: " + fmt.Sprint(args...)) }
func (l queueLog) Error(args ...any) { l.log.Warn("the delivery queue says: " + fmt.Sprint(args...)) }
func (l queueLog) Fatal(args ...any) { l.log.Error("the delivery queue says: " + fmt.Sprint(args...)) }
