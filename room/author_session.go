package room

// The author of a command of the session, as in author.go.

func (c Plan) by() ID          { return c.By }
func (c Move) by() ID          { return c.By }
func (c StartRound) by() ID    { return c.By }
func (c EndRound) by() ID      { return c.By }
func (c NextTurn) by() ID      { return c.By }
func (c PassTurn) by() ID      { return c.By }
func (c GiveTurn) by() ID      { return c.By }
func (c LendTurn) by() ID      { return c.By }
func (c SetPrompt) by() ID     { return c.By }
func (c SetNote) by() ID       { return c.By }
func (c StartQuiet) by() ID    { return c.By }
func (c EndQuiet) by() ID      { return c.By }
func (c Arrange) by() ID       { return c.By }
func (c SayGroup) by() ID      { return c.By }
func (c OpenText) by() ID      { return c.By }
func (c SayStaff) by() ID      { return c.By }
func (c AskHelp) by() ID       { return c.By }
func (c AnswerHelp) by() ID    { return c.By }
func (c Caption) by() ID       { return c.By }
func (c Tick) by() ID          { return c.By }
func (c Notify) by() ID        { return c.By }
func (c AskSupport) by() ID    { return c.By }
func (c AnswerSupport) by() ID { return c.By }
func (c StepAside) by() ID     { return c.By }
func (c ComeBack) by() ID      { return c.By }
func (c AskBack) by() ID       { return c.By }
func (c MarkLast) by() ID      { return c.By }
func (c AskGoodbye) by() ID    { return c.By }
func (c SendCard) by() ID      { return c.By }
func (c SwapSeats) by() ID     { return c.By }

func (c Plan) as(id ID) Command          { c.By = id; return c }
func (c Move) as(id ID) Command          { c.By = id; return c }
func (c StartRound) as(id ID) Command    { c.By = id; return c }
func (c EndRound) as(id ID) Command      { c.By = id; return c }
func (c NextTurn) as(id ID) Command      { c.By = id; return c }
func (c PassTurn) as(id ID) Command      { c.By = id; return c }
func (c GiveTurn) as(id ID) Command      { c.By = id; return c }
func (c LendTurn) as(id ID) Command      { c.By = id; return c }
func (c SetPrompt) as(id ID) Command     { c.By = id; return c }
func (c SetNote) as(id ID) Command       { c.By = id; return c }
func (c StartQuiet) as(id ID) Command    { c.By = id; return c }
func (c EndQuiet) as(id ID) Command      { c.By = id; return c }
func (c Arrange) as(id ID) Command       { c.By = id; return c }
func (c SayGroup) as(id ID) Command      { c.By = id; return c }
func (c OpenText) as(id ID) Command      { c.By = id; return c }
func (c SayStaff) as(id ID) Command      { c.By = id; return c }
func (c AskHelp) as(id ID) Command       { c.By = id; return c }
func (c AnswerHelp) as(id ID) Command    { c.By = id; return c }
func (c Caption) as(id ID) Command       { c.By = id; return c }
func (c Tick) as(id ID) Command          { c.By = id; return c }
func (c Notify) as(id ID) Command        { c.By = id; return c }
func (c AskSupport) as(id ID) Command    { c.By = id; return c }
func (c AnswerSupport) as(id ID) Command { c.By = id; return c }
func (c StepAside) as(id ID) Command     { c.By = id; return c }
func (c ComeBack) as(id ID) Command      { c.By = id; return c }
func (c AskBack) as(id ID) Command       { c.By = id; return c }
func (c MarkLast) as(id ID) Command      { c.By = id; return c }
func (c AskGoodbye) as(id ID) Command    { c.By = id; return c }
func (c SendCard) as(id ID) Command      { c.By = id; return c }
func (c SwapSeats) as(id ID) Command     { c.By = id; return c }
