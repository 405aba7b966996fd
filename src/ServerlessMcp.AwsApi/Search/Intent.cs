using System.Collections.Frozen;

namespace ServerlessMcp.AwsApi.Search;

/// <summary>Whether a question wants to know something or to have something changed.</summary>
internal static class Intent
{
    private static readonly FrozenSet<string> Asking = Set(
        "which what why how who when where whose is are was were does did has have do list show see find describe view display check enumerate count "
        + "inspect read fetch look print compare audit get");

    private static readonly FrozenSet<string> Changing = Set(
        "create make add set put start stop run launch delete remove drop kill destroy change edit update modify turn switch enable disable attach detach "
        + "move push deploy roll open close block allow give grant deny revoke restart reboot bounce scale grow shrink resize increase raise limit "
        + "rotate restore recover undelete rewind undo revert abort cancel pause resume freeze bump upgrade tag label slap stand spin copy share "
        + "purge flush empty clear invalidate point subscribe send publish encrypt approve reject retry rerun feed warn page notify let take register "
        + "schedule request buy replace terminate protect keep expire mount connect extend promote import upload store shift throw need needs want wants must reset renew drain split spread replace lock");

    /// <summary>True: to know; false: to change; null: not clear. The first word that says it counts.</summary>
    public static bool? Of(IEnumerable<string> words)
    {
        foreach (var word in words)
        {
            if (Asking.Contains(word))
            {
                return true;
            }

            if (Changing.Contains(word))
            {
                return false;
            }
        }

        return null;
    }

    private static FrozenSet<string> Set(string words) => words.Split(' ').ToFrozenSet(StringComparer.Ordinal);
}
