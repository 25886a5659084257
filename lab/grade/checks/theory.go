package checks

import "echolab/lab/grade"

func theory() grade.Assignment { return grade.Assignment{ID: "theory", Kind: grade.Answers} }
