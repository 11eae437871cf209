"""Why an edit waits or could not be applied: stable codes, each with one sentence for the teacher that says what is next."""

NOT_YOURS = "not_yours"
INVALID = "invalid"
FOREIGN = "foreign"
NOT_SAME_STUDENT = "not_same_student"
ADDS_VISITORS = "adds_visitors"
TOOK_NO_PART = "took_no_part"
MERGE_OPENS = "merge_opens"
NO_CONSENT = "no_consent"
NO_PHOTOS = "no_photos"
ID_REUSED = "id_reused"
FAILED = "failed"
TOO_LARGE = "too_large"
UNREADABLE = "unreadable"
WAITING = "waiting"
NEWER_SERVER = "newer_server"
UNKNOWN = "unknown"

SENTENCES = {
    NOT_YOURS: "这条记录对应的学生不在您任教的班里，内容已收好。德育处核对后会归到正确的位置，您不用重写。",
    INVALID: "其中有一处内容系统读不懂，原文已完整收好。德育处会查看，需要时请您再补写一次。",
    FOREIGN: "里面选了不属于本校的学生、老师或班级，原文已收好。请核对后再改一次，或等德育处处理。",
    NOT_SAME_STUDENT: "这两次家访不是同一名学生的，没有合并。请回到记录里核对后再合并。",
    ADDS_VISITORS: "“家访教师”由去过这次家访的老师或班主任来添，请他们在记录里加上，或等德育处采用。内容已收好，您不用重写。",
    TOOK_NO_PART: "“教师确认”由去过这次家访的老师自己点。您如果也去了，请写记录的老师或班主任先把您加进家访教师，或等德育处采用。",
    MERGE_OPENS: "还没有合并：两份写的家访教师不同，合并会多开放一些内容。请班主任点“是，合并”，或请对方老师先把您加进去；也可等德育处处理。",
    NO_CONSENT: (
        "家长还没有同意记录（算在同一次里的同家孩子，也要家长同意），写的内容没有放进手记，已单独收好。"
        "同意了，请在手机上记下，再请德育处采用；不同意，就只留时间、方式和结果。"
    ),
    NO_PHOTOS: "家长不同意留照片，这一条带着照片，没有放进手记，已单独收好。等德育处退回，把照片移走再交一次，文字照样收。",
    ID_REUSED: "这一条的编号和另一条重复了，内容已单独收好。德育处会查看，您不用重写。",
    FAILED: "系统处理这一条时出了问题，原文已完整收好。德育处和管理员会查看，您不用重写。",
    TOO_LARGE: "这一条太长，学校服务器收不下，内容还在手机里。请删短一些再送。",
    UNREADABLE: "这一条学校服务器读不出来，内容还在手机里。请重新写一次，仍不行请告诉管理员。",
    WAITING: "这一条要等前面写的那一条先送到。请保持联网，前一条一到就会接上。",
    NEWER_SERVER: "这一条用到了新功能，学校服务器升级后会自动接上。内容已收好，不用重写。",
}


def sentence(code: str | None) -> str | None:
    """Give the teacher's sentence for a reason; None where there is none."""
    return SENTENCES.get(code) if code else None


OFFICE_SENTENCES = {
    NOT_YOURS: "写的老师不在这个班任教，或没有找到对应的记录。请核对后采用、换成正确的学生，或退回。",
    INVALID: "其中有一处系统读不懂，放不进记录。请看原文，写明原因退回给老师。",
    FOREIGN: "里面选了不属于本校的学生、老师或班级。请换成正确的学生再采用，或退回。",
    NOT_SAME_STUDENT: "要合并的两次家访不是同一名学生的。请写明原因退回给老师。",
    ADDS_VISITORS: "写的老师没有参加这次家访，却添了家访教师，添上的人能看孩子的想法。请问过去家访的老师：确实同去就采用，否则退回。",
    TOOK_NO_PART: "写的老师不在家访教师里，却点了“教师确认”。请问过去家访的老师：确实同去就采用，否则退回。",
    MERGE_OPENS: "合并后，有老师会多看到只给家访教师和班主任看的内容。请问过两边的老师：确是同一次就采用，否则退回。",
    NO_CONSENT: "家长还没有同意记录，或者不同意，内容没有放进手记。家长同意的，先在学生页记下答复再采用；否则退回，只保留哪天、用什么方式联系过。",
    NO_PHOTOS: "家长不同意留照片，这一条带着照片，没有放进手记。请退回给老师，写明把照片移走再交；家长改了主意的，先在学生页记下答复再采用。",
    ID_REUSED: "编号和另一条重复，内容单独收在这里。请看原文，采用或退回。",
    FAILED: "系统处理时出了问题。可以再采用一次；仍不行请告诉管理员，或退回给老师。",
    WAITING: "前面写的那一条还没有送到，已等了一天。可以现在就采用，也可以再等几天。",
    NEWER_SERVER: "用到了新功能，系统升级后会自动接上。不用处理，等升级即可。",
}


def office_sentence(code: str) -> str | None:
    """Give the office's sentence for a reason: what happened, and what can be done."""
    return OFFICE_SENTENCES.get(code)
