package report
import ("testing";"os";"strconv")
func TestLook(t *testing.T){
 w,_:=strconv.Atoi(os.Getenv("W"))
 rs:=recorded()
 switch os.Getenv("R") { case "fb": rs=fallenBack(); case "rep": rs=repeated(); case "ho": rs=hostile(); case "many": rs=many("tcp","udp","rudp","quic") }
 if err:=Write(os.Stdout, rs, Options{Format: os.Getenv("F"), Width:w, Details: os.Getenv("D")!="", Claims: os.Getenv("C")!="", Color: os.Getenv("COLOR")!=""}); err!=nil {t.Fatal(err)}
}
