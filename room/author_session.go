package room

// The author of a command of the session, as in author.go.

func (c Plan) by() ID       { return c.By }
func (c Move) by() ID       { return c.By }
func (c StartRound) by() ID { return c.By }
func (c EndRound) by() ID   { return c.By }
func (c NextTurn) by() ID   { return c.By }
func (c PassTurn) by() ID   { return c.By }
func (c GiveTurn) by() ID   { return c.By }
func (c LendTurn) by() ID   { return c.By }

func (c Plan) as(id ID) Command       { c.By = id; return c }
func (c Move) as(id ID) Command       { c.By = id; return c }
func (c StartRound) as(id ID) Command { c.By = id; return c }
func (c EndRound) as(id ID) Command   { c.By = id; return c }
func (c NextTurn) as(id ID) Command   { c.By = id; return c }
func (c PassTurn) as(id ID) Command   { c.By = id; return c }
func (c GiveTurn) as(id ID) Command   { c.By = id; return c }
func (c LendTurn) as(id ID) Command   { c.By = id; return c }
