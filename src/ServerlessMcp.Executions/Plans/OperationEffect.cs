namespace ServerlessMcp.Executions.Plans;

/// <summary>What an operation without a catalogue entry does to its resource, by its verb.</summary>
public static class OperationEffect
{
    private static readonly string[] Deletes =
        ["Delete", "BatchDelete", "Terminate", "Purge", "Deregister", "Release", "Destroy", "Remove", "Revoke", "Disassociate", "Detach", "Reset", "Unsubscribe", "ScheduleKeyDeletion"];

    private static readonly string[] Creates = ["Create", "BatchCreate", "Run", "Allocate", "Import", "Register", "Copy", "Restore", "Request"];

    public static StepEffect Of(string operation) => operation switch
    {
        _ when Array.Exists(Deletes, verb => operation.StartsWith(verb, StringComparison.Ordinal)) => StepEffect.Delete,
        _ when Array.Exists(Creates, verb => operation.StartsWith(verb, StringComparison.Ordinal)) => StepEffect.Create,
        _ => StepEffect.Change,
    };
}
