using ServerlessMcp.StatesLanguage.States;

namespace ServerlessMcp.StatesLanguage.Parsing;

/// <summary>One arm a state type.</summary>
internal static class StateReader
{
    /// <returns>Null when the problems that were noted leave no state.</returns>
    public static State? Read(string name, Fields fields)
    {
        fields.Ignore("Comment");
        fields.RequireJsonPath();
        var type = fields.Text("Type", required: true);
        State? state = type switch
        {
            "Choice" => ChoiceState.Read(name, fields),
            "Fail" => FailState.Read(name, fields),
            "Pass" => PassState.Read(name, fields),
            "Succeed" => SucceedState.Read(name, fields),
            "Task" => TaskState.Read(name, fields),
            "Wait" => WaitState.Read(name, fields),
            _ => null,
        };
        if (state is not null)
        {
            fields.RefuseRest();
        }
        else if (type is not null)
        {
            fields.Problem("Type", $"State type {type} is outside the subset: Choice, Fail, Pass, Succeed, Task and Wait are supported.");
        }

        return state;
    }

    /// <summary><c>Next</c>, or null after <c>End: true</c>; one of the two must stand.</summary>
    public static string? Next(Fields fields)
    {
        var next = fields.Text("Next");
        var isEnd = fields.Flag("End") ?? false;
        if (isEnd == fields.Has("Next"))
        {
            fields.Problem("", "Either Next or End: true must stand, not both.");
        }

        return isEnd ? null : next;
    }
}
