package room

// The author of a command, read by the rules and set by Participant.Do, so that
// nobody can ask in somebody else's name.

func (c Knock) by() ID        { return c.By }
func (c Set) by() ID          { return c.By }
func (c AskVideo) by() ID     { return c.By }
func (c Rename) by() ID       { return c.By }
func (c Leave) by() ID        { return c.By }
func (c Admit) by() ID        { return c.By }
func (c AdmitAll) by() ID     { return c.By }
func (c Decline) by() ID      { return c.By }
func (c Mute) by() ID         { return c.By }
func (c StopVideo) by() ID    { return c.By }
func (c Release) by() ID      { return c.By }
func (c LowerHand) by() ID    { return c.By }
func (c StepOut) by() ID      { return c.By }
func (c Remove) by() ID       { return c.By }
func (c Lift) by() ID         { return c.By }
func (c AnswerRename) by() ID { return c.By }
func (c Lock) by() ID         { return c.By }
func (c Pause) by() ID        { return c.By }
func (c End) by() ID          { return c.By }
func (c Invite) by() ID       { return c.By }

func (c Knock) as(id ID) Command        { c.By = id; return c }
func (c Set) as(id ID) Command          { c.By = id; return c }
func (c AskVideo) as(id ID) Command     { c.By = id; return c }
func (c Rename) as(id ID) Command       { c.By = id; return c }
func (c Leave) as(id ID) Command        { c.By = id; return c }
func (c Admit) as(id ID) Command        { c.By = id; return c }
func (c AdmitAll) as(id ID) Command     { c.By = id; return c }
func (c Decline) as(id ID) Command      { c.By = id; return c }
func (c Mute) as(id ID) Command         { c.By = id; return c }
func (c StopVideo) as(id ID) Command    { c.By = id; return c }
func (c Release) as(id ID) Command      { c.By = id; return c }
func (c LowerHand) as(id ID) Command    { c.By = id; return c }
func (c StepOut) as(id ID) Command      { c.By = id; return c }
func (c Remove) as(id ID) Command       { c.By = id; return c }
func (c Lift) as(id ID) Command         { c.By = id; return c }
func (c AnswerRename) as(id ID) Command { c.By = id; return c }
func (c Lock) as(id ID) Command         { c.By = id; return c }
func (c Pause) as(id ID) Command        { c.By = id; return c }
func (c End) as(id ID) Command          { c.By = id; return c }
func (c Invite) as(id ID) Command       { c.By = id; return c }
